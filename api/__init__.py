"""What people and programs drive: commands, routes, and the use cases behind both."""
