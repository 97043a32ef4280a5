{% macro sms_words(body) -%}
    trim(regexp_replace(
        regexp_replace(lower(coalesce({{ body }}, '')), '[''’]', '', 'g'), '[^a-z]+', ' ', 'g'
    ))
{%- endmacro %}
