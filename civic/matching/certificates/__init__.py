"""What a volunteer may show of what she did, on a sheet that anybody can check."""
