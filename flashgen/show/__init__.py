"""The answers of the commands, for people and as JSON: a module for each kind of answer."""
