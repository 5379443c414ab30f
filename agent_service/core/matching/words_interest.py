"""Words of interest that banks pay and take, by strength; the form is that of `words_fee`."""

PHRASES = """
korkohyvitys, korkohyvitykset, tilikorko, veloituskorko, korkotuotot, korkokulut, luottokorot,
talletuskorot, renteinntekter, rentegodtgørelse, rentebelastning, godskrevne renter,
påløbne renter, påløpte renter, rentebeløb, ränteavräkning, räntekapitalisering, debiterad ränta,
krediterad ränta, ränta konto, rentebijschrijving, renteopgave, creditrentes,
zinsertragsgutschrift, zinskapitalisierung, zinsvergütung, rendimiento cuenta, rendimientos,
rendimento conta, interessi netti, kamatbevétel, úroky připsané, account interest, sweep interest,
savings interest, money market interest, term interest, call interest, interest paid,
interest payment, interest charged, interest charge, interest charges, interest earned,
interest credit, interest credited, credit interest, debit interest, gross interest, net interest,
interest received, interest income, interest expense, overdraft interest, loan interest,
deposit interest, interest on deposit, interest on account, interest on balance, interest debit,
interest debited, interest capitalised, interest capitalized, accrued interest, mortgage interest,
term deposit interest, credit line interest, interest line credit, margin interest,
interest adjustment, od interest, int paid, int pd, int cr, cr int, int credit, int dr, dr int,
int debit, int coll, int earned, interest period, interest for, interest from, quarterly interest,
monthly interest, bank interest, negative interest, interest settlement, interest application,
habenzinsen, habenzins, sollzinsen, sollzins, zinsen, zinsgutschrift, zinsabschluss,
zinsabrechnung, zinsbelastung, zinszahlung, zinsertrag, zinserträge, zinsaufwand, darlehenszinsen,
darlehenszins, kreditzinsen, überziehungszinsen, dispozinsen, guthabenzinsen, tagesgeldzinsen,
festgeldzinsen, verwahrentgelt, negativzinsen, kontokorrentzinsen, zinsen kontokorrent,
schuldzinsen, aktivzinsen, passivzinsen, kreditzins, intérêts, intérêts débiteurs,
intérêts créditeurs, intérêts découvert, agios, agio, intérêts emprunt, intérêts compte,
intérêts sur, intérêts livret, intérêts prêt, échelle intérêts, arrêté intérêts, int débiteurs,
int créditeurs, rente, debetrente, creditrente, rentebetaling, renteafrekening, rente rekening,
roodstandrente, kredietrente, rentevergoeding, rentelasten, spaarrente, rente spaarrekening,
rente krediet, rentenota, intereses, intereses cuenta, liquidacion intereses, intereses acreedores,
intereses deudores, intereses descubierto, intereses prestamo, abono intereses, cargo intereses,
intereses a su favor, interés, remuneracion cuenta, interessi, interessi attivi, interessi passivi,
interessi creditori, interessi debitori, liquidazione interessi, interessi e competenze,
interessi mutuo, interessi su, addebito interessi, accredito interessi, competenze trimestrali,
competenze liquidazione, juros, juros crédito, juros débito, juros devedores, juros credores,
juros conta, juros empréstimo, juros descoberto, juros cheque especial, pagamento juros,
rendimento poupança, rend pago aplic, odsetki, odsetki debetowe, kapitalizacja odsetek, odsetek,
odsetki kredyt, odsetki karne bank, úroky, úrok, úrok kreditní, úroky kreditní, debetní úrok,
kreditní úrok, připsání úroku, připsání úroků, úrok z, pripísanie úroku, úroky vklad, debetný úrok,
kreditný úrok, kamat, kamatok, kamatjóváírás, hitelkamat, betéti kamat, kamatterhelés,
kamatfizetés, dobânda, dobândă, dobânzi, dobanda cont, dobanda credit, dobanda depozit, kamata,
kamate, pasivna kamata, aktivna kamata, redovna kamata, obresti, pripis obresti, лихва, лихви,
проценты, начислены проценты, выплата процентов, проценты по, уплата процентов, процентов по,
відсотки, проценти, ränta, räntor, ränteutbetalning, räntebetalning, inlåningsränta,
utlåningsränta, skuldränta, debetränta, kreditränta, dröjsmålsränta bank, räntekostnad,
ränteintäkt, upplupen ränta, renter, renteindtægt, renteudgift, rentetilskrivning,
tilskrevet rente, kreditrenter, debetrenter, debitorrente, kreditorrente, rentekostnad,
renteinntekt, lånerente, renter lån, innskuddsrenter, korko, korot, korkotuotto, korkokulu,
talletuskorko, luottokorko, hyvityskorko, intress, intressid, intressimakse, procenti,
procentu maksājums, palūkanos, palūkanų, faiz, faiz tahakkuku, faiz geliri, faiz tahsilatı,
faiz ödemesi, vadeli faiz, kredi faizi, kmh faiz, τόκοι, τόκος, πιστωτικοί τόκοι, χρεωστικοί τόκοι,
τόκοι καταθέσεων, τόκοι δανείου, فوائد, فائدة, فوائد دائنة, فوائد مدينة, ריבית, ריבית זכות,
ריבית חובה, 利息, 结息, 利息收入, 存款利息, 贷款利息, 利子, 受取利息, 支払利息, お利息,
普通預金利息, 이자, 예금이자, 결산이자, 대출이자, bunga, bunga tabungan, jasa giro, faedah, lãi,
trả lãi, lãi tiền gửi, lãi vay, ดอกเบี้ย
"""

WORDS = """
ränte*, *korko, *korot, korko*, *renter, kamat*, *kamat, odset*, úrok*, zins*, interest, int, zins,
*zinsen, *zins, interets, *rente, *ränta, interes, interesse
"""

WEAK = """
abschluss, rechnungsabschluss, competenze, capitalisation, coupon
"""

CODES = """
NINT, FINT, INTR, INTE, MDOP INTR, MCOP INTR
"""
