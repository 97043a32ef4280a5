{% macro as_of() -%}
    (select run.as_of_date from {{ ref('stg_ops__run') }} as run)
{%- endmacro %}
