{% macro family_part(full_name) -%}
    case
        when {{ full_name }} like '% %' then
            nullif(trim(regexp_extract(
                {{ full_name }}, '\s(\S+(\s+(Jr|Sr|II|III|IV)\.?)?)$', 1, 'i'
            )), '')
    end
{%- endmacro %}
