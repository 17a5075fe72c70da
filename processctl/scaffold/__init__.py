"""Creates the modules that people write, and later adds what a contract newly asks for, nothing else."""
