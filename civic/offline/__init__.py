"""Installed on a device, and off the line: the manifest, the service worker, what is kept until it can be sent."""
