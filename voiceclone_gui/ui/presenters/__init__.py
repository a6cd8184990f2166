"""What the pages show and do, without widgets: each presenter holds one frozen state."""
