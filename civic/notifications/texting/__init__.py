"""Text messages: one way out (a gateway), one way in (a signed reply), off until an installation says where its gateway is."""
