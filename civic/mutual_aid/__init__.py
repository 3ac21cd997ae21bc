"""Offers of help, requests for help, and when volunteers are available."""
