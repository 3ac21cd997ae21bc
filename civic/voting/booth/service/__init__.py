"""Commands and reads of sealed polls."""
