"""What templates show: frozen values without services, one module per kind of page."""
