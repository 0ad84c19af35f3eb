//! Short forms in everyday use: each line is one name. Written for this project; a starting list, not a study.

use std::sync::LazyLock;

use hashbrown::HashMap;

const GROUPS: &[&str] = &[
    "ALEXANDER ALEX ALEC SANDY XANDER",
    "ALEXANDRA ALEX SANDRA LEXI",
    "ABIGAIL ABBIE ABBY GAIL",
    "ALBERT BERT BERTIE AL",
    "ALFRED ALF ALFIE FRED",
    "AMANDA MANDY",
    "ANDREW ANDY DREW",
    "ANN ANNE ANNA ANNIE NAN",
    "ANTHONY TONY ANTONY",
    "ARTHUR ART",
    "BARBARA BARB BABS",
    "BENJAMIN BEN BENNY",
    "CATHERINE KATHERINE KATHRYN CATHRYN CATE KATE CATHY KATHY KATIE KITTY",
    "CHARLES CHARLIE CHUCK",
    "CHARLOTTE CHARLIE LOTTIE",
    "CHRISTINE CHRISTINA CHRIS TINA CHRISSIE",
    "CHRISTOPHER CHRIS KIT",
    "DANIEL DAN DANNY",
    "DAVID DAVE DAVY",
    "DEBORAH DEBRA DEBBIE DEB",
    "DENNIS DEN",
    "DOROTHY DOT DOTTIE DOLLY",
    "EDWARD ED EDDIE TED TEDDY NED",
    "ELEANOR ELLIE NELL NORA",
    "ELIZABETH ELISABETH LIZ LIZZIE BETH BETTY ELIZA LIBBY BESS",
    "EMILY EM MILLIE",
    "FLORENCE FLO FLOSSIE",
    "FRANCES FRAN FRANKIE",
    "FRANCIS FRANK FRANKIE",
    "FREDERICK FRED FREDDIE",
    "GABRIELLE GABY GABRIELA",
    "GEOFFREY JEFFREY GEOFF JEFF",
    "GERALD GERRY JERRY",
    "GREGORY GREG",
    "HAROLD HARRY HAL",
    "HARRIET HATTIE",
    "HENRY HARRY HANK",
    "ISABELLA ISABEL ISOBEL IZZY BELLA",
    "JACOB JAKE",
    "JACQUELINE JACKIE",
    "JAMES JIM JIMMY JAMIE",
    "JANET JAN",
    "JENNIFER JEN JENNY",
    "JESSICA JESS JESSIE",
    "JOANNE JOANNA JO",
    "JOHN JACK JOHNNY JON",
    "JONATHAN JON JONNY",
    "JOSEPH JOE JOEY",
    "JOSEPHINE JO JOSIE",
    "JUDITH JUDY",
    "KENNETH KEN KENNY",
    "LAWRENCE LAURENCE LARRY LAURIE",
    "LEONARD LEN LENNY LEO",
    "LESLIE LES",
    "LILIAN LILLIAN LILY",
    "MARGARET MAGGIE MEG PEGGY PEG RITA MARGE GRETA",
    "MARTIN MARTY",
    "MARY MOLLY POLLY MAISIE",
    "MATTHEW MATT MATTY",
    "MAUREEN MO",
    "MICHAEL MIKE MICK MICKEY MIKEY",
    "MOHAMMED MUHAMMAD MOHAMED MOHAMMAD MUHAMMED MOHAMAD MOHD MO",
    "NATASHA TASHA",
    "NATHAN NATHANIEL NATE NAT",
    "NICHOLAS NICK NICKY NICOLAS",
    "NICOLA NICKY NIKKI",
    "NORMAN NORM",
    "OLIVER OLLIE",
    "OLIVIA LIV LIVVY",
    "PAMELA PAM",
    "PATRICIA PAT PATSY TRISH TRICIA",
    "PATRICK PAT PADDY",
    "PETER PETE",
    "PHILIP PHILLIP PHIL PIP",
    "PHILIPPA PIPPA PIP",
    "RAYMOND RAY",
    "REBECCA BECKY BECCA BEX",
    "REGINALD REG REGGIE",
    "RICHARD RICK DICK RICH RICKY RICHIE",
    "ROBERT BOB BOBBY ROB ROBBIE BERT",
    "RONALD RON RONNIE",
    "ROSEMARY ROSE ROSIE",
    "SAMANTHA SAM SAMMY",
    "SAMUEL SAM SAMMY",
    "SARAH SARA SALLY",
    "STANLEY STAN",
    "STEPHEN STEVEN STEVE STEVIE",
    "SUSAN SUE SUZANNE SUSIE SUSANNAH",
    "TERENCE TERRY TEL",
    "THERESA TERESA TESS TERRY",
    "THOMAS TOM TOMMY",
    "TIMOTHY TIM TIMMY",
    "VALERIE VAL",
    "VICTORIA VICKY VICKI TORI",
    "VINCENT VINCE VINNY",
    "VIOLET VI",
    "WALTER WALT WALLY",
    "WILLIAM BILL BILLY WILL WILLIE LIAM",
    "WINIFRED WIN WINNIE FREDA",
    "ZACHARY ZACK ZAC",
];

/// The names that a name can stand for, a bit each: two names with a bit in common are forms of one name.
pub(crate) fn forms(name: &str) -> u128 {
    static FORMS: LazyLock<HashMap<&str, u128>> = LazyLock::new(|| {
        let mut forms = HashMap::new();
        for (bit, group) in GROUPS.iter().enumerate() {
            for name in group.split(' ') {
                *forms.entry(name).or_insert(0) |= 1_u128 << bit;
            }
        }
        forms
    });
    FORMS.get(name).copied().unwrap_or(0)
}

/// Whether two given names in one form are short forms of one name.
pub(crate) fn related(one: &str, other: &str) -> bool {
    forms(one) & forms(other) != 0
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_group_has_a_bit() {
        assert!(super::GROUPS.len() <= 128);
        assert!(super::related("ROBERT", "BOB") && !super::related("ROBERT", "JOHN"));
    }
}
