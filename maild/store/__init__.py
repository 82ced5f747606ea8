"""The database: tables, the one transaction a mail, and the queries of each room."""
