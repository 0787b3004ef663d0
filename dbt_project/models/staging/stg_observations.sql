select * from {{ source('lake', 'observations') }}
