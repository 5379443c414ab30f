"""Lock dates that a test starts from."""


def lock_by_hand(company, **dates):
    """Set lock dates as only the owner of the database could: with the trigger off."""
    company.env.flush_all()
    company.env.cr.execute("ALTER TABLE res_company DISABLE TRIGGER ai_close_company_lock_date")
    for name, date in dates.items():
        company.env.cr.execute(f'UPDATE res_company SET "{name}" = %s WHERE id = %s', [date, company.id])
    company.env.cr.execute("ALTER TABLE res_company ENABLE TRIGGER ai_close_company_lock_date")
    company.env.invalidate_all()


def except_by_hand(company, **vals):
    """Make a lock exception as only the owner of the database could: with the trigger off."""
    company.env.flush_all()
    company.env.cr.execute("ALTER TABLE account_lock_exception DISABLE TRIGGER ai_close_lock_exception")
    company.env["account.lock_exception"]._ai_close_lift({"company_id": company.id, **vals})
    company.env.cr.execute("ALTER TABLE account_lock_exception ENABLE TRIGGER ai_close_lock_exception")
