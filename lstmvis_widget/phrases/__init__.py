"""Maps of phrases, and the widget `PhraseScatter` that shows them."""
