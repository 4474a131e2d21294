"""What matches mean: enrichment of labels, null distributions, cells against labels, the choice of a threshold."""
