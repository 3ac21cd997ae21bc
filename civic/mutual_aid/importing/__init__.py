"""Offers of help that a town hall already has in a file: read line by line, and online once each person has said yes."""
