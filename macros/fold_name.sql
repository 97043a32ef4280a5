{% macro fold_name(column) -%}
    nullif(trim(regexp_replace(
        regexp_replace(lower(strip_accents({{ column }})), '[''’`]', '', 'g'),
        '[^a-z]+', ' ', 'g'
    )), '')
{%- endmacro %}
