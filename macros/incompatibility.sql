{% macro incompatibility(left, right) -%}
    case
        when {{ birth_dates_differ(left ~ ".usable_birth_date", right ~ ".usable_birth_date") }}
            then 'birth dates differ'
        when {{ left }}.name_suffix <> {{ right }}.name_suffix then 'generation suffixes differ'
        when
            {{ left }}.named_by_record_key = {{ right }}.record_key
            or {{ right }}.named_by_record_key = {{ left }}.record_key
            then 'the one is named beside the other'
        when
            ({{ left }}.is_named_as_adult and {{ right }}.minor = 'yes')
            or ({{ right }}.is_named_as_adult and {{ left }}.minor = 'yes')
            then 'an adult and a child'
        when
            {{ left }}.given_folded is not null
            and {{ right }}.given_folded is not null
            and ({{ given_names_agree(left, right) }}) is null
            then 'given names differ'
        when
            {{ breaks_register(left, right) }}
            then 'two accounts of one register without equal names and birth dates'
    end
{%- endmacro %}
