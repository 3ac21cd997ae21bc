"""What somebody is writing, kept for her alone until she publishes it: begun on one device, ended on another."""
