{% macro fold_text(column) -%}
    nullif(trim(regexp_replace(lower(strip_accents({{ column }})), '[^a-z0-9]+', ' ', 'g')), '')
{%- endmacro %}
