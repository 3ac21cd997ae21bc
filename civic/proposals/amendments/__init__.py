"""Changes of the text of a proposal that residents propose and its authors accept, and the versions that the text had."""
