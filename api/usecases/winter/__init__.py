"""Winter–spring campaign: survey, village review, township audit, notice, county decision, visits."""
