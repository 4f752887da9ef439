"""The graph of relief: places, households, disasters, programmes, organisations and supplies."""
