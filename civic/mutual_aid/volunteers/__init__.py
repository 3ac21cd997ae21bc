"""What a volunteer can do, how she is reached, how often, and for which kinds of help she may be asked."""
