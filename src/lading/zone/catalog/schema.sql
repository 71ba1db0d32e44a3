CREATE TABLE IF NOT EXISTS lading_sequence (last_id INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS R_ZONE_MAIN (
    zone_id INTEGER PRIMARY KEY, zone_name TEXT NOT NULL UNIQUE, zone_type_name TEXT NOT NULL,
    zone_conn_string TEXT DEFAULT '', r_comment TEXT DEFAULT '', create_ts TEXT, modify_ts TEXT);

CREATE TABLE IF NOT EXISTS R_USER_MAIN (
    user_id INTEGER PRIMARY KEY, user_name TEXT NOT NULL, user_type_name TEXT NOT NULL, zone_name TEXT NOT NULL,
    user_info TEXT DEFAULT '', r_comment TEXT DEFAULT '', create_ts TEXT, modify_ts TEXT,
    UNIQUE (user_name, zone_name));
CREATE TABLE IF NOT EXISTS R_USER_AUTH (user_id INTEGER NOT NULL, user_auth_name TEXT, create_ts TEXT);
CREATE TABLE IF NOT EXISTS R_USER_PASSWORD (
    user_id INTEGER NOT NULL, rcat_password TEXT NOT NULL, pass_expiry_ts TEXT NOT NULL DEFAULT '9999-12-31-23.59.00',
    create_ts TEXT, modify_ts TEXT);
CREATE INDEX IF NOT EXISTS idx_user_password ON R_USER_PASSWORD (user_id);
CREATE TABLE IF NOT EXISTS R_USER_GROUP (
    group_user_id INTEGER NOT NULL, user_id INTEGER NOT NULL, create_ts TEXT, modify_ts TEXT,
    PRIMARY KEY (user_id, group_user_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idx_user_group ON R_USER_GROUP (group_user_id);

CREATE TABLE IF NOT EXISTS R_RESC_MAIN (
    resc_id INTEGER PRIMARY KEY, resc_name TEXT NOT NULL UNIQUE, zone_name TEXT NOT NULL, resc_type_name TEXT NOT NULL,
    resc_class_name TEXT DEFAULT 'cache', resc_net TEXT DEFAULT '', resc_def_path TEXT DEFAULT '',
    free_space TEXT DEFAULT '', free_space_ts TEXT DEFAULT '', resc_info TEXT DEFAULT '', r_comment TEXT DEFAULT '',
    resc_status TEXT DEFAULT '', create_ts TEXT, modify_ts TEXT, resc_children TEXT DEFAULT '',
    resc_context TEXT DEFAULT '', resc_parent TEXT DEFAULT '', resc_objcount INTEGER DEFAULT 0,
    resc_parent_context TEXT DEFAULT '', modify_ts_millis TEXT DEFAULT '000');

CREATE TABLE IF NOT EXISTS R_COLL_MAIN (
    coll_id INTEGER PRIMARY KEY, parent_coll_name TEXT NOT NULL, coll_name TEXT NOT NULL UNIQUE,
    coll_owner_name TEXT NOT NULL, coll_owner_zone TEXT NOT NULL, coll_map_id INTEGER DEFAULT 0,
    coll_inheritance TEXT DEFAULT '', coll_type TEXT DEFAULT '', coll_info1 TEXT DEFAULT '', coll_info2 TEXT DEFAULT '',
    coll_expiry_ts TEXT DEFAULT '', r_comment TEXT DEFAULT '', create_ts TEXT, modify_ts TEXT);
CREATE INDEX IF NOT EXISTS idx_coll_parent ON R_COLL_MAIN (parent_coll_name);

CREATE TABLE IF NOT EXISTS R_DATA_MAIN (
    data_id INTEGER NOT NULL, coll_id INTEGER NOT NULL, data_name TEXT NOT NULL, data_repl_num INTEGER NOT NULL,
    data_version TEXT DEFAULT '', data_type_name TEXT NOT NULL DEFAULT 'generic', data_size INTEGER NOT NULL DEFAULT 0,
    resc_group_name TEXT DEFAULT '', resc_name TEXT DEFAULT '', data_path TEXT NOT NULL, data_owner_name TEXT NOT NULL,
    data_owner_zone TEXT NOT NULL, data_is_dirty INTEGER NOT NULL DEFAULT 0, data_status TEXT DEFAULT '',
    data_checksum TEXT DEFAULT '', data_expiry_ts TEXT DEFAULT '00000000000', data_map_id INTEGER DEFAULT 0,
    data_mode TEXT DEFAULT '', r_comment TEXT DEFAULT '', create_ts TEXT, modify_ts TEXT, resc_hier TEXT DEFAULT '',
    resc_id INTEGER NOT NULL, access_ts TEXT,
    PRIMARY KEY (coll_id, data_name, data_repl_num)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idx_data_id ON R_DATA_MAIN (data_id);

CREATE TABLE IF NOT EXISTS R_META_MAIN (
    meta_id INTEGER PRIMARY KEY, meta_namespace TEXT DEFAULT '', meta_attr_name TEXT NOT NULL,
    meta_attr_value TEXT NOT NULL, meta_attr_unit TEXT DEFAULT '', r_comment TEXT DEFAULT '', create_ts TEXT,
    modify_ts TEXT);
CREATE INDEX IF NOT EXISTS idx_meta_triple ON R_META_MAIN (meta_attr_name, meta_attr_value, meta_attr_unit);
CREATE TABLE IF NOT EXISTS R_OBJT_METAMAP (
    object_id INTEGER NOT NULL, meta_id INTEGER NOT NULL, create_ts TEXT, modify_ts TEXT,
    PRIMARY KEY (object_id, meta_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idx_metamap_meta ON R_OBJT_METAMAP (meta_id);

CREATE TABLE IF NOT EXISTS R_OBJT_ACCESS (
    object_id INTEGER NOT NULL, user_id INTEGER NOT NULL, access_type_id INTEGER NOT NULL, create_ts TEXT,
    modify_ts TEXT, PRIMARY KEY (object_id, user_id)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS R_TOKN_MAIN (
    token_namespace TEXT NOT NULL, token_id INTEGER NOT NULL, token_name TEXT NOT NULL, token_value TEXT DEFAULT '',
    token_value2 TEXT DEFAULT '', token_value3 TEXT DEFAULT '', r_comment TEXT DEFAULT '', create_ts TEXT,
    modify_ts TEXT);
CREATE INDEX IF NOT EXISTS idx_token ON R_TOKN_MAIN (token_namespace, token_name);

CREATE TABLE IF NOT EXISTS R_SPECIFIC_QUERY (alias TEXT, sqlStr TEXT, create_ts TEXT);

CREATE TABLE IF NOT EXISTS R_QUOTA_MAIN (
    user_id INTEGER, resc_id INTEGER, quota_limit INTEGER, quota_over INTEGER, modify_ts TEXT);
CREATE TABLE IF NOT EXISTS R_QUOTA_USAGE (user_id INTEGER, resc_id INTEGER, quota_usage INTEGER, modify_ts TEXT);

CREATE TABLE IF NOT EXISTS R_TICKET_MAIN (
    ticket_id INTEGER PRIMARY KEY, ticket_string TEXT UNIQUE, ticket_type TEXT, user_id INTEGER, object_id INTEGER,
    object_type TEXT, uses_limit INTEGER DEFAULT 0, uses_count INTEGER DEFAULT 0, write_file_limit INTEGER DEFAULT 10,
    write_file_count INTEGER DEFAULT 0, write_byte_limit INTEGER DEFAULT 0, write_byte_count INTEGER DEFAULT 0,
    ticket_expiry_ts TEXT DEFAULT '', restrictions TEXT DEFAULT '', create_ts TEXT, modify_ts TEXT);
CREATE INDEX IF NOT EXISTS idx_ticket_object ON R_TICKET_MAIN (object_id);
CREATE TABLE IF NOT EXISTS R_TICKET_ALLOWED_HOSTS (ticket_id INTEGER, host TEXT);
CREATE TABLE IF NOT EXISTS R_TICKET_ALLOWED_USERS (ticket_id INTEGER, user_name TEXT);
CREATE TABLE IF NOT EXISTS R_TICKET_ALLOWED_GROUPS (ticket_id INTEGER, group_name TEXT);

CREATE TABLE IF NOT EXISTS R_RULE_EXEC (
    rule_exec_id INTEGER PRIMARY KEY, rule_name TEXT, rei_file_path TEXT, user_name TEXT, exe_address TEXT,
    exe_time TEXT, exe_frequency TEXT, priority TEXT, estimated_exe_time TEXT, notification_addr TEXT,
    last_exe_time TEXT, exe_status TEXT, create_ts TEXT, modify_ts TEXT, exe_context TEXT, lock_host TEXT,
    lock_host_pid TEXT, lock_ts TEXT);
CREATE TABLE IF NOT EXISTS R_GRID_CONFIGURATION (namespace TEXT, option_name TEXT, option_value TEXT);
