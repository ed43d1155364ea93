"""The engine for browsers: the core as WebAssembly, JavaScript around it, and worlds as plain data."""
