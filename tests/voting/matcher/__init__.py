"""What a reader of everything at rest could find of who voted what: gathering, and trying."""
