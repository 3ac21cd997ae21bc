"""Plain language: the essential of a public page in simple words, and the help that its author gets to write it."""
