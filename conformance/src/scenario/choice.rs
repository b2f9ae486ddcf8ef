//! A word that is one of several: a transport, a charset, a spelling.

use clap::ValueEnum;

/// The value of this name, in exactly this spelling; otherwise what there is.
pub fn one_of<T: ValueEnum>(text: &str) -> Result<T, String> {
    T::from_str(text, false).map_err(|_| {
        let values = T::value_variants().iter().filter_map(T::to_possible_value);
        let names: Vec<_> = values.map(|value| value.get_name().to_owned()).collect();
        format!("{text:?} is none of {}", names.join(", "))
    })
}
