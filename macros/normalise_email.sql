{% macro normalise_email(column) -%}
    case
        when lower(trim({{ column }})) similar to '[^@\s]+@[^@\s]+\.[^@\s.]+'
            then lower(trim({{ column }}))
    end
{%- endmacro %}
