"""What leaves the screen: posters, large print, and the sheet on which an opinion is written by hand."""
