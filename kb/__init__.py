"""The knowledge base: articles, passages, indexes and search. Knows neither Flask nor a language model."""
