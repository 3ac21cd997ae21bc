"""An electoral roll that the town hall brings as a file, in place of the residents that the platform knows."""
