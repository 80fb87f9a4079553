"""The same tables filled by plain scripts, as one would write them who needs no more than that: no
framework, the standard profile as constants, no recovery, one writer."""
