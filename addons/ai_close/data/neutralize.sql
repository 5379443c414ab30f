-- A copy of the database works for nobody: its agent gets in no more, so that no model is asked either.
DELETE FROM res_users_apikeys
 WHERE user_id IN (
       SELECT member.uid
         FROM res_groups_users_rel member
         JOIN ir_model_data name ON name.res_id = member.gid AND name.model = 'res.groups'
                                AND name.module = 'ai_close' AND name.name = 'group_agent'
 );

UPDATE res_users
   SET active = false
 WHERE id IN (
       SELECT member.uid
         FROM res_groups_users_rel member
         JOIN ir_model_data name ON name.res_id = member.gid AND name.model = 'res.groups'
                                AND name.module = 'ai_close' AND name.name = 'group_agent'
 );

-- Runs that somebody asked for, or that an agent holds, are over here.
UPDATE ai_close_run
   SET state = 'expired', lease = NULL, lease_until = NULL, date_end = now() AT TIME ZONE 'UTC'
 WHERE state IN ('requested', 'running');

-- Reports and proof codes of a copy would be taken for the original's.  Odoo switches off the other scheduled jobs too.
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id FROM ir_model_data
        WHERE model = 'ir.cron' AND module = 'ai_close' AND name IN ('cron_mail_roots', 'cron_audit_reports', 'cron_morning', 'cron_auto_post')
 );

-- A copy asks no model, whatever agent is connected to it.
UPDATE ai_close_language SET state = 'replaced' WHERE state = 'in_force';
