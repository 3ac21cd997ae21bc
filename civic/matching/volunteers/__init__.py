"""What a volunteer sees of her own limits, and how either side of a match is kept safe."""
