{% macro one_error_apart(left, right) -%}
    damerau_levenshtein({{ left }}, {{ right }}) <= 1
{%- endmacro %}
