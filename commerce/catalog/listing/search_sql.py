"""How words are looked for: stemmed as the market's language does, typing errors mended.

A word that stands in no card is replaced by those spelled most alike that do: few errors, in
letters left out, put in or mistaken (Levenshtein's distance). The last word may still be being typed.
Words that say nothing, `for` or `the`, stand in no card, and are no errors.
"""

from __future__ import annotations

from typing import Any, Final

from commerce.catalog.listing.words import asked_words, is_correctable

# Candidates come from the trigram index, nearest first, and are then compared letter by letter.
_CANDIDATES: Final = 50
# So many words that are equally near; more would be guessing.
_NEAREST: Final = 3

# Continues `WITH asked (market, language)`.
SPELLED: Final = f""", spelled AS MATERIALIZED (
    SELECT typed.n, typed.word, typed.is_last, near.words
      FROM asked, unnest(%(words)s::text[], %(is_correctable)s::boolean[], %(is_last)s::boolean[])
           WITH ORDINALITY AS typed (word, is_correctable, is_last, n)
      LEFT JOIN LATERAL (
        SELECT array_agg(word ORDER BY alike DESC) AS words
          FROM (
            SELECT word, alike, rank() OVER (ORDER BY errors) AS by_errors,
                   row_number() OVER (ORDER BY errors, alike DESC, word) AS n
              FROM (
                SELECT word, levenshtein(word, typed.word) AS errors,
                       similarity(word, typed.word) AS alike
                  FROM (
                    SELECT word FROM catalog_word
                     WHERE language = asked.language::text AND stem <> ''
                       AND typed.is_correctable
                       AND to_tsvector(asked.language, typed.word) <> ''
                       AND NOT EXISTS (
                           SELECT FROM catalog_word known
                            WHERE known.language = asked.language::text
                              AND known.stem = ANY(tsvector_to_array(
                                  to_tsvector(asked.language, typed.word))))
                       AND NOT (typed.is_last AND EXISTS (
                           SELECT FROM catalog_word longer
                            WHERE longer.language = asked.language::text
                              AND longer.word >= typed.word
                              AND longer.word < typed.word || chr(1114111)))
                     ORDER BY word <-> typed.word LIMIT {_CANDIDATES}
                  ) candidates
              ) compared
             WHERE errors <= CASE WHEN length(typed.word) < 4 THEN 1 ELSE 2 END
          ) nearest
         WHERE by_errors = 1 AND n <= {_NEAREST}
      ) near ON TRUE
), search AS MATERIALIZED (
    SELECT to_tsquery(asked.language, string_agg(
               CASE WHEN spelled.words IS NOT NULL
                    THEN '(''' || array_to_string(spelled.words, ''' | ''') || ''')'
                    WHEN is_last THEN '(''' || word || ''' | ''' || word || ''':*)'
                    ELSE '''' || word || '''' END, ' & ' ORDER BY n)) AS words
      FROM spelled, asked GROUP BY asked.language
)"""  # noqa: S608 - constants

# Divided by the length of what was looked through: a short title that says just this comes first.
RELEVANCE: Final = "ts_rank(place.words, (SELECT words FROM search), 1)"


def search_values(text: str) -> dict[str, Any]:
    words = asked_words(text)
    return {
        "words": words,
        "is_correctable": [is_correctable(word) for word in words],
        "is_last": [i == len(words) - 1 for i in range(len(words))],
    }
