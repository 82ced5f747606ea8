"""config.toml as frozen dataclasses: loading, checking, and naming every problem by its line."""
