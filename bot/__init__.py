"""Question to evidence to answer, clarification or abstention. Knows the knowledge base only."""
