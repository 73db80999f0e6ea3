"""What lasts: tables, migrations, the one writer thread and the readers. Nothing here knows a socket."""
