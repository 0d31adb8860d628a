"""What comes in: the HTTP gateway, files and Wonde, all through one check; UPNs end here."""
