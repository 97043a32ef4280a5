{% macro digest_share(text) -%}
    cast(md5_number({{ text }}) as double) / 340282366920938463463374607431768211456.0
{%- endmacro %}
