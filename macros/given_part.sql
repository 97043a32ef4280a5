{% macro given_part(full_name) -%}
    case
        when {{ full_name }} like '% %' then
            trim(regexp_replace(
                {{ full_name }}, '\s+\S+(\s+(Jr|Sr|II|III|IV)\.?)?$', '', 'i'
            ))
        else {{ full_name }}
    end
{%- endmacro %}
