"""Beyond one machine: counties and items side by side in other processes, behind a port of ours."""
