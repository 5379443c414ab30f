"""Words beside which a kind's word means something else: tax advisers, invoices, costs that are shared."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FIRMS = """
card purchase, card payment to, pos purchase, pos debit, debit card purchase, visa purchase,
purchase authorized, point of sale, contactless purchase, kartenzahlung, girocard zahlung,
ec-kartenzahlung, paiement carte, paiement cb, achat cb, achat carte, compra tarjeta, pago tarjeta,
betaalautomaat, pinbetaling, pagamento carta, compra cartao, płatność kartą, platba kartou,
kortköp, kortkjøp, dankort-køb, korttiosto, steuerberat*, steuerkanzlei, steuerbüro,
steuersoftware, wirtschaftsprüf*, lohnbüro, lohnbuchhaltung, lohnservice, lohnsteuerhilfe*,
lohnunternehm*, lohnfertigung, lohnarbeit, lohnschleiferei, tax advisor, tax advisors, tax adviser,
tax advisers, tax advisory, tax consulting, tax consultants, tax consultant, tax services,
tax service, tax partners, tax law, tax lawyers, tax audit, tax & accounting, tax accountants,
tax accounting, tax solutions, tax group, tax software, tax preparation, tax prep, taxi, taxis,
taxifahrt, payroll services, payroll service, payroll solutions, payroll software, payroll bureau,
payroll provider, payroll outsourcing, payroll company, payroll processing, payroll fee,
payroll fees, payroll invoice, salary software, wage software, wages software, fiscaliste,
fiscaal adviseur, fiscaal advies, belastingadvies*, belastingadviseur*, administratiekantoor,
expert comptable, expertise comptable, cabinet comptable, asesoria fiscal, asesores fiscales,
gestoria, commercialista, commercialisti, studio tributario, consulenza lavoro, consulente lavoro,
doradca podatkowy, biuro rachunkowe, daňový poradce, daňová kancelář, účetní kancelář,
mzdová účtárna, adótanácsadó, könyvelőiroda, bérszámfejtés, skatterådgivning, skatterådgivare,
regnskab*, redovisningsbyrå, lönebyrå, vergi danışman*, mali müşavir*, налоговый консультант,
бухгалтерские услуги, entry fee, registration fee, conference fee, membership fee, membership fees,
licence fee, license fee, licence fees, license fees, subscription fee, franchise fee,
management fee, management fees, consulting fee, consulting fees, consultancy fee, legal fee,
legal fees, audit fee, audit fees, school fees, tuition fee, tuition fees, parking fee,
parking charge, parking charges, delivery charge, delivery charges, freight charges,
freight charge, shipping charge, shipping fee, call out charge, late fee invoice, late payment fee,
service charge rent, service charge property, rent service charge, estate service charge,
maintenance charges building, tenancy fee, agency fee, recruitment fee, introduction fee,
booking fee, cleaning charge, cancellation fee, setup fee, sales commission, agent commission,
agents commission, commission agent, broker commission, referral commission, affiliate commission,
commission invoice, commission statement, conference charge, electricity charges, water charges,
telephone charges, mobile charges, handling charges freight, storage charges, port charges,
demurrage charges, honoraires, frais transport, frais port, frais déplacement, frais notaire,
frais avocat, frais hébergement, frais mission, frais livraison, notes de frais, note de frais,
frais scolarité, versandkosten, frachtkosten, reisekosten, reisespesen, transportkosten,
verpackungskosten, mahngebühr*, lizenzgebühr*, lizenzgebühren, rundfunkgebühr*, müllgebühr*,
parkgebühr*, teilnahmegebühr*, anmeldegebühr*, notarkosten, gerichtskosten, nebenkosten,
verzendkosten, reiskosten, onkosten, advocaatkosten, servicekosten, energiekosten, gastos envio,
gastos viaje, gastos transporte, gastos notaria, gastos comunidad, spese trasporto, spese viaggio,
spese legali, spese condominiali, spese spedizione, despesas viagem, despesas transporte,
koszty transportu, opłata parkingowa, opłata licencyjna, fraktavgift, licensavgift, medlemsavgift,
frakt, medlemskontingent, årsavgift medlem, kundencharge, interior, interest group, pinterest,
conflict interest, interest free, duty free, tax free, taxfree, off duty, heavy duty, light duty,
duty officer
"""
"""Firms and payments whose names have a kind's word in them: a customer or vendor with a bill."""

INSTRUCTIONS = """
ignore previous, ignore all, ignore instructions, ignore rules, ignore above, disregard previous,
disregard instructions, disregard all, previous instructions, mark as, mark it as, classify as,
classify it as, treat as, treat it as, book as, book it as, please book, please mark,
please classify, please accept, accept this, approve this, confidence, system prompt, bitte buchen,
buchen als, ignoriere, ignoriere anweisungen, ignorez instructions, ignora instrucciones,
ignora istruzioni
"""
"""A payer's text that says how it should be booked is no bank's own text."""

INVOICE_WORDS = _words(
    """
    INV INVOICE INVOICES BILL BILLS INVNO INVNR CREDITNOTE CN PO ORDER PURCHASE RECHNUNG RECHNUNGEN RG
    RGNR RGNUMMER RE RENR RECHNR RECHNUNGSNR RECHNUNGSNUMMER RNR AUFTRAG BESTELLUNG GUTSCHRIFTSNR
    FACTURE FACTURES FACT FAC FCT FACTUUR FACTUREN FACTUURNUMMER FACTUURNR FACTURA FACTURAS FRA FRAS
    FATTURA FATTURE FT FATT FATURA FATURAS FAT NF NFE NOTA FAKTURA FAKTURY FV FVS FAKTURANR
    FAKTURANUMMER FAKT FACTURII FACTURI RACUN RACUNA RACUNI SZAMLA SZLA SZAMLASZAM LASKU LASKUNUMERO
    LASKUN ARVE ARVED REKINS SASKAITA SASKAITOS FATURASI СЧЕТ СЧЕТУ СЧЕТА СЧЕТФАКТУРА ДОГОВОР ДОГОВОРУ
    ФАКТУРА ΤΙΜΟΛΟΓΙΟ ΤΙΜ פאתורה חשבונית فاتورة 发票 請求書 청구서 INVOIS HOADON
    """
)
"""Words that announce a document's number."""

MENTIONED_BEFORE = _words(
    """
    LESS MINUS NET AFTER EXCL EXCLUDING EXCLUSIVE INCL INCLUDING INCLUSIVE PLUS WITHOUT BEFORE DEDUCTED
    DEDUCTING NO ABZGL ABZUGLICH ABZUEGLICH ZZGL ZUZUGLICH ZUZUEGLICH INKL INKLUSIVE EXKL EXKLUSIVE OHNE
    ABZUG UNTER MOINS HORS SANS HT TTC COMPRIS INCLUS DEDUCTION DEDUIT DEDUITS MINDER VERMINDERD
    EXCLUSIEF INCLUSIEF ZONDER AFTREK MENOS SIN DESCONTADO DESCONTADOS INCLUIDO DEDUCIDO NETO MENO AL
    NETTO NETTI SENZA COMPRESO ESCLUSO DEDOTTE DEDOTTO POMNIEJSZONE MINUSZ BEZ PO ODECTENI FARA MINDRE
    AVDRAG EFTER FRATRUKKET MINUSOITUNA ZA VYCETEM ЗА ВЫЧЕТОМ БЕЗ МИНУС ВКЛ ВКЛЮЧАЯ
    """
)
"""Words before a kind's word that make it a remark about a payment: "less bank charges", "incl. VAT"."""

MENTIONED_AFTER = _words(
    """
    OUR SHA BEN SHAR SHARED SHARE DEBT CRED SLEV DEDUCTED INCLUDED INCL EXCL WITHHELD INBEGREPEN
    ABGEZOGEN DEDUITS
    """
)
"""Words after it: who bears the costs of a payment ("CHGS OUR"), or that they are in it."""

BANK_WORDS = _words(
    """
    BANK BANQUE BANCO BANCA BANKA BANKI BANKAS BANKEN SPARKASSE VOLKSBANK RAIFFEISENBANK RAIFFEISEN
    COMMERZBANK POSTBANK LANDESBANK CREDITPLUS KREISSPARKASSE STADTSPARKASSE HYPOVEREINSBANK UNICREDIT
    SANTANDER BBVA CAIXABANK SABADELL BANKINTER BNP CREDITMUTUEL AGRICOLE SOCIETE CAISSE EPARGNE HSBC
    BARCLAYS NATWEST LLOYDS HALIFAX MONZO REVOLUT WISE N26 QONTO INTESA BPM MPS BPER BRADESCO ITAU
    CITIBANK CHASE JPMORGAN WELLS ING RABOBANK ABN AMRO BUNQ KNAB TRIODOS KBC BELFIUS NORDEA
    HANDELSBANKEN SEB SWEDBANK DNB DANSKE JYSKE OP UBS ZKB POSTFINANCE ERSTE CSOB KOMERCNI TATRABANKA
    MBANK PKO PEKAO OTP ALPHA PIRAEUS EUROBANK ZIRAAT GARANTI ISBANK AKBANK SBERBANK СБЕРБАНК БАНК БАНКА
    ΤΡΑΠΕΖΑ بنك 银行 銀行 은행 BANKING SAVINGS BUILDINGSOCIETY STRIPE PAYPAL SUMUP ADYEN MOLLIE WORLDPAY
    KLARNA SQUARE ELAVON FISERV NEXI SIX PAYONE
    """
)
"""Words in the name of a bank or a processor, which takes fees and pays interest."""
